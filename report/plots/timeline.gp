# Above, a bar for each start; below, the host's load.
set xrange [0:LENGTH]
set lmargin 27
set rmargin 2
split = (HEIGHT - 22.0 * ROWS - 12) / HEIGHT
set multiplot
set tmargin at screen 1 - 4.0 / HEIGHT
set bmargin at screen split
set yrange [ROWS + 0.5:0.5]
eval "set ytics (" . LABELS . ")"
set format x ""
set grid noytics
plot $data index 0 using 1:2:($3 - $1):(0):(colour($4)) with vectors nohead lw 9 lc rgb variable
set tmargin at screen split - 14.0 / HEIGHT
set bmargin at screen 26.0 / HEIGHT
set yrange [0:LOADMAX]
set ytics 0, ceil(LOADMAX / 3)
set format "%g"
set ylabel "load" offset 1
set grid ytics
plot $data index 1 using 1:2 with lines lw 1.8 lc rgb "#020002", $data index 1 using 1:2 with points pt 7 ps 0.3 lc rgb "#020002"
unset multiplot
