# SPDX-License-Identifier: BSD-2-Clause
# pure.awk - reads the paths of all C files and then, as nm prints them, the symbols of all objects:
# "DIR/LIBRARY:OBJECT:SYMBOL |VALUE|CLASS|TYPE|SIZE|LINE|SECTION". Prints "RULE<tab>what is wrong".
# Variables: levels.

function say(rule, text) {
	printf "%s\t%s\n", rule, text
}

# What the sanitizers and the coverage of gcc and clang put into an object.
function is_instrument(symbol) {
	return symbol ~ /^(__asan_|__ubsan_|__sanitizer_|__sancov_|___asan_|__unnamed_|asan[.])/ ||
	       symbol ~ /^(__gcov_|__llvm_)/
}

# What a daemon value may not do for itself: it has its ops for that.
function is_effect(symbol) {
	sub(/^__/, "", symbol)
	sub(/_chk$/, "", symbol)
	sub(/64$/, "", symbol)
	return symbol ~ /^(clock_.*|timer.*|gettimeofday|times?|nanosleep|u?sleep|alarm)$/ ||
	       symbol ~ /^(localtime.*|gmtime.*|strftime)$/ ||
	       symbol ~ /^(s?rand|s?random|rand_r|[del]rand48|getrandom|getentropy)$/ ||
	       symbol ~ /^(arc4random.*|socket|socketpair|bind|connect|listen|accept4?)$/ ||
	       symbol ~ /^([gs]etsockopt|ioctl|fcntl|send.*|recv.*|epoll_.*|p?poll|p?select)$/ ||
	       symbol ~ /^(sig.*|nl_.*|rtnl_.*|genl_.*|pthread_.*)$/ ||
	       symbol ~ /^(open|openat|creat|close|p?read|p?write|readv|writev|unlink|rename)$/ ||
	       symbol ~ /^((f|p|fre|fd)open|f(close|read|write|flush|puts|putc|gets|scanf))$/ ||
	       symbol ~ /^(v?f?printf|v?dprintf|puts|putchar|putc|perror|v?syslog)$/ ||
	       symbol ~ /^(stdin|stdout|stderr|v?fork|f?exec[lv].*|posix_spawn.*|system)$/ ||
	       symbol ~ /^(wait|waitpid|kill|_?exit|getenv)$/
}

# The source of an object; automake may put the library's name before it: libcommon_a-cf.o.
function source_of(dir, object) {
	sub(/\/.*/, "", dir)
	sub(/^.*_a-/, "", object)
	sub(/[.]o$/, ".c", object)
	return dir "/" object
}

BEGIN { FS = "|" }

NF == 1 {
	if ($0 ~ /[.]c$/ && level_of($0) >= 0 && level_of($0) <= 2)
		pure[$0] = 1
	next
}

{
	split($1, name, ":")
	source = source_of(name[1], name[2])
	symbol = name[3]
	class = $3
	section = $7
	gsub(/[ \t]/, "", symbol)
	gsub(/[ \t]/, "", class)
	gsub(/[ \t]/, "", section)
	level[source] = level_of(source)
	delete pure[source]
	if (level[source] < 0)
		next # the layers say so
	if (class == "U") {
		wanted[++n] = symbol
		wants[n] = source
	} else if (class ~ /^[A-Z]$/) {
		defined_at[symbol] = level[source]
	}
	# What is only written to by the loader is in .data.rel.ro.
	if (level[source] <= 2 && class ~ /^[BbCDdGgSs]$/ && section !~ /^[.]data[.]rel[.]ro/ &&
	    !is_instrument(symbol))
		say("data", source ": " symbol " can be written to (" section ")")
}

END {
	for (source in pure)
		say("unseen", source ": no library of the build has its object")
	for (i = 1; i <= n; i++) {
		symbol = wanted[i]
		source = wants[i]
		ours = symbol in defined_at
		if (ours && defined_at[symbol] > level[source])
			say("up", source ": level " level[source] " needs " symbol " of level " \
			    defined_at[symbol])
		if (ours || is_instrument(symbol))
			continue
		if (level[source] <= 2 && !allowed("call", source, symbol) &&
		    !allowed("exempt", source, ""))
			say("call", source ": level " level[source] " needs " symbol)
		if (level[source] == 4 && is_effect(symbol))
			say("effect", source ": level 4 needs " symbol)
	}
}
