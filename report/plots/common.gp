# What the pictures share. Colours are placeholders: rgb(1,0,N) is the Nth environment's, rgb(2,0,0) fine lines,
# rgb(2,0,1) a band, rgb(2,0,2) grey, rgb(2,0,3) the paper.
set encoding utf8
set terminal svg size WIDTH,HEIGHT dynamic font "sans-serif,12" noenhanced
set output OUTPUT
unset key
set border 0
set tics scale 0
set grid lc rgb "#020000" lw 1 dt solid
colour(n) = 65536 + (int(n) - 1) % 8 + 1
# ● ■ ▲ ▼ ◆ ⬟, as the legend has them
shape(n) = word("7 5 9 11 13 15", (int(n) - 1) % 6 + 1) + 0
