"""The README's pictures and the gallery: every sample report and the index in headless Chromium, small. Run by ``make screenshots``; writes docs/images/."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
DATES = {"harbour-care": "2025-09", "brightlane-campaign": "2025-05-04", "parcelway": "2025-07", "stonebrook-tools": "2025-06", "northline": "2025-06"}
FIRST = "2025-03"  # an earlier report of the first customer, so that its later one tells what changed
WIDTH, HEIGHT = 1000, 1180
COLOURS = 64  # enough for text and charts; photographs there are none
MOST_BYTES = 1_400_000  # all pictures together


def main() -> int:
    sys.path.insert(0, str(ROOT))
    from tests.browser import browser

    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not installed (Debian: apt install chromium)", file=sys.stderr)
        return 2
    command = str(Path(sys.executable).with_name("valuelab"))
    for customer, as_of in (("harbour-care", FIRST), *DATES.items()):
        subprocess.run([command, "run", customer, "--as-of", as_of], cwd=ROOT, check=True)
    outputs, target = ROOT / "outputs", ROOT / "docs" / "images"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shots = {f"{customer}-{path.stem}": (path, WIDTH, HEIGHT) for customer, as_of in DATES.items() for path in sorted((outputs / customer / as_of).glob("*.html"))}
    shots |= {"index": (outputs / "index.html", 1200, 900), "phone": (outputs / "harbour-care" / DATES["harbour-care"] / "01_baseline.html", 390, 844)}
    with browser(chromium) as instance:
        for name, (path, width, height) in shots.items():
            page = instance.new_page(viewport={"width": width, "height": height})
            page.goto(path.as_uri())
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            page.close()
            picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target / f"{name}.png", optimize=True)
            print(target.relative_to(ROOT) / f"{name}.png")
    size = sum(p.stat().st_size for p in target.iterdir())
    print(f"{size:,} bytes")
    return 0 if size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
