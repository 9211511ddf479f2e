set xrange [0.4:LAST + 0.6]
set yrange [LOW:HIGH]
set lmargin 8
set rmargin 1
set tmargin 0.5
set bmargin 2
set format "%g"
set xtics 0, LAST < 12 ? 1 : LAST < 40 ? 5 : 10
set grid noxtics
if (LOG) {
	set logscale y
	eval "set ytics (" . TICS . ")"
}
plot for [i = 1:N] $data index i - 1 using 1:2 with lines lw 1 lc rgb colour(i), \
     for [i = 1:N] $data index i - 1 using 1:2 with points pt shape(i) ps 0.55 lc rgb colour(i)
