"""How strangers are run: Node where it is there, and what they are told about the simulator."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.wechat_simulator.stage import Simulated

NODE = Path(__file__).with_name("node")
INSTALL_SECONDS = 180
RUN_SECONDS = 60


def require_node() -> None:
    """Skip loudly without Node; with CI set that is a failure."""
    if shutil.which("node") and shutil.which("npm"):
        return
    if os.environ.get("CI"):
        pytest.fail("Node and npm are missing: the strangers written in JavaScript cannot run")
    pytest.skip("Node or npm is not installed")


def install() -> None:
    """`npm ci` once per change of the lock file."""
    installed, lock = NODE / "node_modules/.package-lock.json", NODE / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run = subprocess.run(
        command, cwd=NODE, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
    )
    assert run.returncode == 0, run.stderr
    installed.touch()


def told(simulated: Simulated) -> dict[str, Any]:
    """What a merchant's console would show, and two customers."""
    made = simulated.control("POST", "mini_programs", is_trade_managed=False)
    customer = simulated.control("POST", "login", appid=made["appid"], user="alice")
    direct = simulated.control("POST", "mini_programs", is_direct=True, is_trade_managed=False)
    person = simulated.control("POST", "login", appid=direct["appid"], user="bob")
    merchant = simulated.control("GET", f"merchants/{simulated.pay['sp_mchid']}")
    return {
        "base": simulated.credentials["api_base"],
        "pay": simulated.pay,
        "merchantCertificate": merchant["merchant_certificate_pem"],
        "appid": made["appid"],
        "subMchid": made["sub_mchid"],
        "openid": customer["openid"],
        "directAppid": direct["appid"],
        "directOpenid": person["openid"],
    }


def journey(script: str, simulated: Simulated) -> list[str]:
    """Run one JavaScript stranger; returns the names of the steps that held."""
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    run = subprocess.run(
        ["node", script],
        cwd=NODE,
        env={**clean, "SIMULATOR": json.dumps(told(simulated))},
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])
