set logscale y
set xrange [0:LAST]
set yrange [LOW:HIGH]
set lmargin 8
set rmargin 2
set tmargin 0.5
set bmargin 2
set xtics ("90 %%" 1, "99 %%" 2, "99.9" 3, "99.99" 4, "99.999" 5, "99.9999" 6)
if (LAST < 4.5) {
	set xtics add ("50 %%" 0.30103)
}
eval "set ytics (" . TICS . ")"
plot for [i = 1:N] $data index i - 1 using 1:2 with lines lw 1.8 lc rgb colour(i)
