"""What this machine has to compute with: memory, cores, and the GPUs that llama.cpp can use."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

_GPU, _INTEGRATED = 1, 2  # enum ggml_backend_dev_type


@dataclass(frozen=True)
class Device:
    """A GPU that this build of llama.cpp can use, with `free` bytes. `shared`: they are the main memory's."""

    name: str
    free: int
    shared: bool = False


@dataclass(frozen=True)
class Machine:
    """`free`: bytes of main memory that can be had without swapping. `cores`: physical ones that we may use."""

    free: int
    cores: int
    devices: tuple[Device, ...] = ()


def machine() -> Machine:
    """What this machine has now. Asking llama.cpp for its devices loads its library, and opens the GPUs."""
    import psutil

    return Machine(int(psutil.virtual_memory().available), _cores(), tuple(_devices()))


def _cores() -> int:
    """A second thread on a core has nothing to compute with: both would wait for the same memory and vector units."""
    import psutil

    physical = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if sys.platform == "linux" else physical
    return min(physical, allowed)


def _devices() -> Iterator[Device]:
    """Each GPU. Source: ggml-backend.h."""
    import ctypes

    from llama_cpp import _ggml, llama_cpp

    if not llama_cpp.llama_supports_gpu_offload():
        return
    ggml = _ggml.libggml
    ggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    ggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    ggml.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    ggml.ggml_backend_dev_description.restype = ctypes.c_char_p
    ggml.ggml_backend_dev_description.argtypes = [ctypes.c_void_p]
    pointer = ctypes.POINTER(ctypes.c_size_t)
    ggml.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, pointer, pointer]
    for index in range(ggml.ggml_backend_dev_count()):
        device = ggml.ggml_backend_dev_get(index)
        kind = ggml.ggml_backend_dev_type(device)
        if kind not in (_GPU, _INTEGRATED):
            continue
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        ggml.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
        name = ggml.ggml_backend_dev_description(device).decode("utf-8", "replace")
        # Metal calls its devices GPUs, though all of a Mac's memory is one.
        yield Device(name, free.value, kind == _INTEGRATED or sys.platform == "darwin")
