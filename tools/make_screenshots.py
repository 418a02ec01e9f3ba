"""The README's pictures: sample reports in headless Chromium. Run by ``make screenshots``; writes docs/images/."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOTS = {  # picture: (customer, as of, page, width, height)
    "report-baseline": ("harbour-care", "2025-09", "01_baseline", 1000, 1250),
    "report-indicators": ("harbour-care", "2025-09", "02_leading_indicators", 1000, 1150),
    "report-roi": ("brightlane-campaign", "2025-05-04", "04_roi", 1000, 1250),
    "report-phone": ("harbour-care", "2025-09", "01_baseline", 390, 844),
}


def main() -> int:
    sys.path.insert(0, str(ROOT))
    from tests.browser import browser

    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not installed (Debian: apt install chromium)", file=sys.stderr)
        return 2
    command = str(Path(sys.executable).with_name("valuelab"))
    for customer, as_of in {(c, d) for c, d, *_ in SHOTS.values()}:
        subprocess.run([command, "run", customer, "--as-of", as_of], cwd=ROOT, check=True)
    target = ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    with browser(chromium) as instance:
        for name, (customer, as_of, page_name, width, height) in SHOTS.items():
            page = instance.new_page(viewport={"width": width, "height": height})
            page.goto((ROOT / "outputs" / customer / as_of / f"{page_name}.html").as_uri())
            page.screenshot(path=str(target / f"{name}.png"))
            page.close()
            print(target.relative_to(ROOT) / f"{name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
