# usage: awk -f work.awk NUMBER OTHER; prints how much less work an event of cpu is up to one number than up to the other: the ratio of
# their divisions. sysbench counts primes by trial division, and the divisions take the time.
function divisions(most,   number, divisor, root, count) {
	for (number = 3; number < most; number++) {
		root = int(sqrt(number))
		for (divisor = 2; divisor <= root; divisor++) {
			count++
			if (number % divisor == 0) break
		}
	}
	return count
}
BEGIN {
	print divisions(ARGV[1]) / divisions(ARGV[2])
	exit
}
