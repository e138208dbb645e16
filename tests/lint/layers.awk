# Includes against the table of layers. Who may include what is here and in
# HACKING; nothing else is allowed.

BEGIN {
	layers["base"] = "base"
	layers["domain"] = "base domain"
	layers["loop"] = "base loop"
	layers["net"] = "base domain loop net"
	layers["store"] = "base domain store"
	layers["app"] = "base domain loop net store app"
	layers["ui"] = "base domain loop app ui"
	layers["cli"] = "base domain app cli"
	layers["sim"] = "base sim"

	libraries["base"] = "unistring"
	libraries["domain"] = "json-c hashes"
	libraries["net"] = "curl json-c hashes crypto"
	libraries["store"] = "sqlite3 inih zlib"
	libraries["ui"] = "curses readline"
	libraries["sim"] = "json-c microhttpd hashes crypto"
}

function library_of(header) {
	if (header ~ /^json-c\//) return "json-c"
	if (header ~ /^curl\//) return "curl"
	if (header ~ /^openssl\/(sha|evp|md5)\.h$/) return "hashes"
	if (header ~ /^openssl\//) return "crypto"
	if (header ~ /^sqlite3/) return "sqlite3"
	if (header ~ /^ini\.h$/) return "inih"
	if (header ~ /^zlib\.h$/) return "zlib"
	if (header ~ /^(ncursesw?\/)?(n?curses|panel|form|menu|term)\.h$/) return "curses"
	if (header ~ /^readline\//) return "readline"
	if (header ~ /^microhttpd\.h$/) return "microhttpd"
	if (header ~ /^(uni[a-z0-9]+|unistring\/.*)\.h$/ && header != "unistd.h") return "unistring"
	return ""
}

function has(list, word) {
	return index(" " list " ", " " word " ") > 0
}

function fault(text) {
	print FILENAME ":" FNR ": " text
}

FNR == 1 {
	split(FILENAME, part, "/")
	layer = part[1] == "include" ? part[3] : part[2]
	directory = FILENAME
	sub(/[^\/]*$/, "", directory)
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
	header = $0
	sub(/^[^"<]*["<]/, "", header)
	sub(/[">].*$/, "", header)
	quoted = $0 ~ /include[ \t]*"/

	if (!(layer in layers)) {
		fault(layer " is no layer: add it to tests/lint/layers.awk and to HACKING")
	} else if (header ~ /^dacache\//) {
		split(header, at, "/")
		if (!has(layers[layer], at[2]))
			fault(layer " may not include " at[2] " (" header "): it may know " layers[layer])
	} else if (quoted) {
		if ((getline ignored < (directory header)) < 0)
			fault(header " is not in " directory ": include \"dacache/LAYER/NAME.h\"")
		close(directory header)
	} else {
		library = library_of(header)
		if (library != "" && !has(libraries[layer], library))
			fault(layer " may not use <" header ">: move that code to the layer that may")
		else if (library == "readline" && FILENAME !~ /src\/ui\/prompt[^\/]*$/)
			fault("only src/ui/prompt*.c may use readline: go through its header")
	}
}
