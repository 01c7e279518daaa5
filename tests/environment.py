"""The environment of every test: nothing of the caller's, a scratch directory for each process, throw-away secrets.

Loaded by pytest before Django's settings are. DATABASE_URL alone is the caller's to choose.
"""

import atexit
import base64
import os
import shutil
import tempfile

WORKER = os.environ.get("PYTEST_XDIST_WORKER")
if WORKER:
    SCRATCH = os.path.join(os.environ["PORTAL_VAR_DIR"], WORKER)
else:
    SCRATCH = tempfile.mkdtemp(prefix="portal-tests-")
    atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("PORTAL_")]:
    del os.environ[name]
KEY = base64.b64encode(bytes(range(32))).decode()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "PORTAL_ENV_FILE": "",
    "PORTAL_VAR_DIR": SCRATCH,
    "PORTAL_DEMONSTRATION": "true",
    "PORTAL_SECRET_KEY": "a secret key for tests, thirty-two or longer",
    "PORTAL_DATA_KEYS": f"test1:{KEY}",
    "PORTAL_INDEX_KEY": KEY,
}
os.makedirs(os.path.join(SCRATCH, "static"), exist_ok=True)
