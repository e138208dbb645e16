# Holds a document against a JSON schema (draft 7): the words that
# tests/data/har-1.2.schema.json uses, and no others. Prints a line for each fault.
#   jq -r --slurpfile schema FILE.schema.json -f schema.jq DOCUMENT
$schema[0] as $root |
["$schema", "title", "description", "definitions", "$ref", "type", "required", "properties",
 "patternProperties", "additionalProperties", "items", "enum", "const", "pattern", "minimum",
 "anyOf"] as $known |

def is_of($wanted):
	if $wanted == "integer" then type == "number" and floor == . else type == $wanted end;

# Faults of the input at $path; $s is the schema there.
def faults($s; $path):
	. as $it |
	(($s | keys) - $known | map("\($path): the validator does not know \(.)")[]),
	(if $s["$ref"] then
		faults($root.definitions[$s["$ref"] | ltrimstr("#/definitions/")]
			// error("no \($s["$ref"])"); $path)
	else empty end),
	(if $s.type and (is_of($s.type) | not) then "\($path): is no \($s.type)" else empty end),
	(if $s.enum and (IN($s.enum[]) | not) then "\($path): is none of \($s.enum)" else empty end),
	(if ($s | has("const")) and . != $s.const then "\($path): is not \($s.const)" else empty end),
	(if $s.minimum and type == "number" and . < $s.minimum then
		"\($path): is below \($s.minimum)" else empty end),
	(if $s.pattern and type == "string" and (test($s.pattern) | not) then
		"\($path): does not match \($s.pattern)" else empty end),
	(if $s.anyOf and all($s.anyOf[]; . as $one | [$it | faults($one; $path)] | length > 0) then
		"\($path): is none of the kinds allowed" else empty end),
	(if type == "object" then
		(($s.required // [])[] as $name | if has($name) then empty
			else "\($path): \($name) is missing" end),
		(keys[] as $name | .[$name] |
			if $s.properties[$name] then faults($s.properties[$name]; "\($path).\($name)")
			elif any(($s.patternProperties // {} | keys[]); . as $p | $name | test($p)) then empty
			elif $s.additionalProperties == false then "\($path): \($name) does not belong there"
			else empty end)
	elif type == "array" and $s.items then
		(range(length) as $i | .[$i] | faults($s.items; "\($path)[\($i)]"))
	else empty end);

faults($root; "")
