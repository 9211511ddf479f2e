# Of gnuplot's SVG (read as one line: sed -z) leaves the drawing itself, in the style sheet's colours.
s/^.*<\/defs>//
s/<\/svg>.*$//
s/<g id="gnuplot_plot_[0-9]*[a-z]*" ><title>[^<]*<\/title>/<g>/g
s/ font-family="sans-serif"//g
s/<tspan[^>]*>\([^<]*\)<\/tspan>/\1/g
s/\(fill\|color\|stroke\) *= *\(['"]\)black\2/\1=\2currentColor\2/g
s/rgb( *1, *0, *\([1-8]\))/var(--e\1)/g
s/rgb( *2, *0, *0)/var(--line)/g
s/rgb( *2, *0, *1)/var(--band)/g
s/rgb( *2, *0, *2)/var(--soft)/g
s/rgb( *2, *0, *3)/var(--paper)/g
s/<g [^>]*>[ \n]*<\/g>\n//g
s/\t\+//g
