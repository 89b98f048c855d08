"""terminal_picture.py TITLE <CAPTURE >PICTURE.svg: what a terminal showed, as a picture for the documentation.

The capture is what the program really printed; nothing is added but the frame. Lines that start with "$ " are what a
person typed.
"""

import html
import sys

CHARACTER, LINE, MARGIN, BAR = 7.8, 18, 18, 34
INK = {"$": "#8ec07c", "trace": "#83a598", "█": "#fabd2f"}


def ink(line):
    for mark, colour in INK.items():
        if line.startswith(mark) or mark == "█" and mark in line[:32]:
            return colour
    return "#ebdbb2"


def main():
    title = html.escape(sys.argv[1])
    lines = [line.rstrip("\n").expandtabs() for line in sys.stdin]
    width = MARGIN * 2 + CHARACTER * max(len(line) for line in lines)
    height = BAR + MARGIN + LINE * len(lines)
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
          f'height="{height:.0f}" role="img" aria-label="{title}">')
    print(f'<rect width="100%" height="100%" rx="8" fill="#282828"/>')
    for number, colour in enumerate(("#fb4934", "#fabd2f", "#b8bb26")):
        print(f'<circle cx="{MARGIN + 20 * number}" cy="17" r="6" fill="{colour}"/>')
    print(f'<text x="50%" y="22" text-anchor="middle" font-family="sans-serif" font-size="13" fill="#a89984">{title}</text>')
    print(f'<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13" xml:space="preserve">')
    for number, line in enumerate(lines):
        if line.strip():
            print(f'<text x="{MARGIN}" y="{BAR + LINE * (number + 1) - 4}" fill="{ink(line)}" '
                  f'textLength="{CHARACTER * len(line):.1f}">{html.escape(line)}</text>')
    print("</g>\n</svg>")


main()
