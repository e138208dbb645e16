#!/bin/sh
# check --tenant: the keys that collide, and those that overlap.
. "$(dirname "$0")/lib.sh"

cat >"$work/keys.json" <<'END'
[{"id":"a","name":"Alpha","category":"C","cacheEnabled":true,"cacheKey":"customer_{id}","cacheTtl":60},
 {"id":"bb","name":"Beta","category":"C","cacheEnabled":true,"cacheKey":" CUSTOMER_{ID}","cacheTtl":60},
 {"id":"c","name":"Gamma","category":"C","cacheEnabled":true,"cacheKey":"customer_{id}_profile","cacheTtl":60},
 {"id":"d","name":"Delta","category":"C","cacheEnabled":true,"cacheKey":"customer_{nr}","cacheTtl":60},
 {"id":"e","name":"Epsilon","category":"C","cacheEnabled":false,"cacheKey":"Customer_7","cacheTtl":60},
 {"id":"f","name":"Zeta","category":"C","cacheEnabled":true,"cacheKey":"customer_","cacheTtl":60},
 {"id":"g","name":"Eta","category":"C","cacheEnabled":true,"cacheKey":null,"cacheTtl":60}]
END
sim_start --data "$work/keys.json" --rate 0
export CXONE_BASE_URL="$URL"
settings

run check --tenant
prints "all of them, with examples" 3 <<'END'
error: 2 actions have the same key: customer_{id}
  a  Alpha                              customer_{id}
  bb Beta                                CUSTOMER_{ID}
warning: the key "customer_42" can come of each of
  customer_{id}  (2 actions: a, bb)
  customer_{nr}  (1 action: d)
warning: the key "customer_42_profile" can come of both
  customer_{id}  (2 actions: a, bb)
  customer_{nr}  (1 action: d)
  customer_{id}_profile  (1 action: c)
warning: the key "customer_7" can come of both
  customer_{id}  (2 actions: a, bb)
  customer_{nr}  (1 action: d)
  Customer_7  (1 action: e)
1 collision of 2 actions, 3 overlaps; 7 actions, 6 with a key
END
run check --tenant --limit 1
prints "no more than wanted" 3 <<'END'
error: 2 actions have the same key: customer_{id}
  a  Alpha                              customer_{id}
  bb Beta                                CUSTOMER_{ID}
warning: the key "customer_42" can come of each of
  customer_{id}  (2 actions: a, bb)
  customer_{nr}  (1 action: d)
2 more overlaps are not shown (--limit N, 0: all)
1 collision of 2 actions, 3 overlaps; 7 actions, 6 with a key
END
run check --tenant --json
is "as JSON" "$CODE $(json '[(.collisions[] | [.key, [.actions[].id]]), (.overlaps[] | [.example, [.keys[] | .actions, .ids[0]]]), .collisions_total, .overlaps_total, .overlaps_counted_all, .actions, .keys]')" \
	'3 [["customer_{id}",["a","bb"]],["customer_42",[2,"a",1,"d"]],["customer_42_profile",[2,"a",1,"d",1,"c"]],["customer_7",[2,"a",1,"d",1,"e"]],1,3,true,7,6]'
run check --tenant --json --limit 0
is "all, where there is no limit" "$CODE $(json '[.overlaps | length]')" "3 [3]"

control touch '{"id":"bb","set":{"cacheKey":"order_{nr}"}}' >"$work/touched"
run check --tenant --json
is "overlaps alone are no error" "$CODE $(json '[.collisions_total, .overlaps_total]')" "0 [0,3]"

run check --tenant a
is "an action, or all" "$CODE $(cat "$work/stderr")" "2 dacache: check needs the ID of an action, a FILE of proposals, or --tenant"
run check a --limit 3
is "a limit goes with all" "$CODE $(cat "$work/stderr")" "2 dacache: check: --limit goes with --tenant"
run check --tenant --limit many
is "a limit is a number" "$CODE $(cat "$work/stderr")" "2 dacache: check: --limit many: a whole number is wanted"
fault '{"method":"GET","path":"/api/v2/dataactions","status":403,"times":9}'
run check --tenant --json
is "a tenant that can't be read: no answer" "$CODE $(wc -c <"$work/stdout")" "6 0"
done_testing
