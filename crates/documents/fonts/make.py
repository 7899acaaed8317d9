"""Makes NotoSerifCJKsc-GB2312.otf once from Debian's fonts-noto-cjk; the result is committed.

    apt-get install fonts-noto-cjk && pip install fonttools && python3 make.py

Kept: ASCII, GB 2312 (levels 1 and 2 and its symbols), the punctuation of official papers, units.
Dropped: hints, the other four locales, all layout features but vertical and width variants.
Slow (minutes: the source has 65 535 glyphs), so never part of a build.
"""

import hashlib
import pathlib
from fontTools import subset

SOURCE = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
TARGET = pathlib.Path(__file__).with_name("NotoSerifCJKsc-GB2312.otf")
EXTRA = "〔〕【】《》“”‘’…—–·￥¥㎡㎜㎝㎏㎎℃℉‰≤≥≠±×÷√□■○●▲△◆◇★☆→←↑↓①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ〇㎞㎥μΩ\u2009\u00a0²³"


def characters():
    found = {chr(code) for code in range(0x20, 0x7F)} | set(EXTRA)
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                pass
    return "".join(sorted(found))


options = subset.Options()
options.font_number = 2  # SC: Noto's collections hold JP, KR, SC, TC, HK in this order
options.hinting = False
options.desubroutinize = False
options.layout_features = ["vert", "kern", "palt"]
options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
options.notdef_outline = True
font = subset.load_font(SOURCE, options)
subsetter = subset.Subsetter(options)
subsetter.populate(text=characters())
subsetter.subset(font)
subset.save_font(font, str(TARGET), options)
print(TARGET.stat().st_size, hashlib.sha256(TARGET.read_bytes()).hexdigest())
