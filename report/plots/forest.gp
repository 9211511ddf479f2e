set logscale x
set xrange [LOW:HIGH]
set yrange [ROWS + 0.5:0.5]
set lmargin 30
set rmargin 2
set tmargin 0.3
set bmargin 2
eval "set xtics (" . TICS . ")"
eval "set ytics (" . LABELS . ")"
set grid noytics
# What is too small to matter, and no difference at all.
set object 1 rectangle from 0.98, graph 0 to 1 / 0.98, graph 1 behind fc rgb "#020001" fs solid noborder
set arrow 1 from 1, graph 0 to 1, graph 1 nohead back lc rgb "#020002" lw 1
number(i) = word(COLOURS, i) + 0
plot for [i = 1:SIDES] $data index i - 1 using 2:1:3:4 with xerrorbars pt -1 lw 2 lc rgb colour(number(i)), \
     for [i = 1:SIDES] $data index i - 1 using 2:1 with points pt shape(number(i)) ps 0.65 lc rgb colour(number(i)), \
     for [i = 1:SIDES] $data index i - 1 using 2:($5 == 6 ? $1 : NaN) with points pt shape(number(i)) ps 0.35 lc rgb "#020003"
