"""Where files are: the resources beside the program and a profile's folder; opens none of them."""

import os
import sys
from pathlib import Path

_APP = "krypton"


def resources() -> Path:
    """Return the folder of everything read at run time (contract, fonts, icons, i18n, networks)."""
    bundled = Path(__file__).resolve().parent / "resources"
    return bundled if bundled.is_dir() else repository() / "resources"


def repository() -> Path:
    """Return the checkout this program runs from: holds `resources/` and `build/`."""
    return Path(__file__).resolve().parents[2]


def node_packages() -> Path:
    """Return the folder of the npm packages that the sandbox and the contract compiler need."""
    return repository() / "build" / "node" / "node_modules"


def profiles() -> Path:
    """Return the platform's folder for Krypton's profiles (XDG, Application Support, LocalAppData)."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "Krypton"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Krypton"
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if Path(data).is_absolute() else home / ".local" / "share") / _APP
