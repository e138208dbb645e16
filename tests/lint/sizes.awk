# Reads "ctags --fields=+ne" lines of functions and prints those that are too
# long; of the sources' functions also the 95 % and the median.

{
	line = end = 0
	for (i = 4; i <= NF; i++) {
		if ($i ~ /^line:/) line = substr($i, 6)
		if ($i ~ /^end:/) end = substr($i, 5)
	}
	lines = end - line + 1
	if (end == 0)
		print $2 ":" line ": " $1 "() has no end that ctags can see: write it plainly"
	if (lines > 100)
		print $2 ":" line ": " $1 "() has " lines " lines, 100 is the most: split it"
	if ($2 ~ /^src\//) {
		total++
		count[lines]++
		if (lines > 60)
			over_60 = over_60 " " $1
	}
}

function lines_at(share,    n, sum) {
	for (n = 0; sum < total * share && n < 100000; n++)
		sum += count[n]
	return n - 1
}

END {
	if (total && lines_at(0.95) > 60)
		print "src: 95 % of the functions should have 60 lines at most; split one of:" over_60
	if (total && lines_at(0.5) > 15)
		print "src: half of the functions should have 15 lines at most, now " lines_at(0.5)
}
