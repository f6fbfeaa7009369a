"""Looks at the installed software and at the machine."""

import importlib.util
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from desktop_agent.core.sizes import human
from desktop_agent.desktop.probe.check import INSTALL_HINT, Look, Status

MODEL_BYTES = 11_000_000_000
"""What the local model takes at four bits a weight, with its image encoder and a context of some size."""


def _keyring(_: Mapping[str, str]) -> tuple[Status, str, str]:
    import keyring

    backend = keyring.get_keyring()
    name = f"{type(backend).__module__}.{type(backend).__name__}"
    if backend.priority <= 0:
        message = "No keyring can be used, so no secret can be kept."
        return "missing", message, "Start a keyring service: gnome-keyring, KWallet or KeePassXC."
    return "ok", f"Secrets are kept in {name}.", ""


def _tkinter(_: Mapping[str, str]) -> tuple[Status, str, str]:
    if not _installed("tkinter", "_tkinter"):
        return "limited", "tkinter is missing, which pyautogui needs.", "Run: apt install python3-tk"
    return "ok", "tkinter is there.", ""


def _ocr(_: Mapping[str, str]) -> tuple[Status, str, str]:
    if not _installed("rapidocr", "onnxruntime"):
        return "missing", "rapidocr is not installed: text can't be read from the screen.", INSTALL_HINT
    return "ok", f"rapidocr {metadata.version('rapidocr')} reads text from the screen.", ""


def _llama(_: Mapping[str, str]) -> tuple[Status, str, str]:
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        return "missing", "llama.cpp is not installed: no model can run on this machine.", INSTALL_HINT
    libraries = [each.name for each in Path(spec.origin).parent.glob("lib/*ggml-*")]
    kinds = {"cuda": "NVIDIA", "vulkan": "Vulkan", "hip": "AMD", "metal": "Apple"}
    built = [label for part, label in kinds.items() if any(part in name for name in libraries)]
    where = f"for {', '.join(built)} graphics" if built else "for the processor"
    return "ok", f"llama-cpp-python {metadata.version('llama-cpp-python')}, built {where}.", ""


def _memory(_: Mapping[str, str]) -> tuple[Status, str, str]:
    import psutil

    memory = psutil.virtual_memory()
    message = f"{human(memory.available)} of {human(memory.total)} of memory are free."
    if memory.available < MODEL_BYTES:
        takes = f"A local model takes some {human(MODEL_BYTES)}."
        return "limited", message, f"{takes} Close other programs, choose a smaller one, or use a server."
    return "ok", message, ""


def _graphics(_: Mapping[str, str]) -> tuple[Status, str, str]:
    if shutil.which("nvidia-smi") and Path("/proc/driver/nvidia").exists():
        return "ok", "There is an NVIDIA graphics card.", ""
    if Path("/sys/module/amdgpu").exists():
        return "ok", "There is an AMD graphics card.", ""
    return "limited", "No graphics card was found that could run a model.", "The model runs on the processor, slower."


def _pyautogui(_: Mapping[str, str]) -> tuple[Status, str, str]:
    # It must not be imported here: without tkinter its import ends the program, without a display it raises.
    if not _installed("pyautogui", "_tkinter"):
        return "limited", "pyautogui can't be used. Under X11 nothing needs it.", INSTALL_HINT
    version = metadata.version("pyautogui")
    return "ok", f"pyautogui {version} is there. It is for Windows and macOS, where acting is not supported yet.", ""


def _installed(*modules: str) -> bool:
    return all(importlib.util.find_spec(name) is not None for name in modules)


LOOKS: dict[str, Look] = {
    "keyring": _keyring,
    "tkinter": _tkinter,
    "OCR": _ocr,
    "llama.cpp": _llama,
    "memory": _memory,
    "graphics": _graphics,
    "pyautogui": _pyautogui,
}
