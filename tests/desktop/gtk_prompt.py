"""A GTK 3 window that asks for a password: `python gtk_prompt.py TITLE`. Through ctypes: no binding is installed."""

import ctypes
import sys

TOPLEVEL = 0


def main(title: str) -> None:
    gtk = ctypes.CDLL("libgtk-3.so.0")
    for name in ("gtk_window_new", "gtk_entry_new"):
        getattr(gtk, name).restype = ctypes.c_void_p
    gtk.gtk_init(None, None)
    window, entry = (ctypes.c_void_p(made) for made in (gtk.gtk_window_new(TOPLEVEL), gtk.gtk_entry_new()))
    gtk.gtk_window_set_title(window, title.encode())
    gtk.gtk_window_set_default_size(window, 400, 100)
    gtk.gtk_entry_set_visibility(entry, False)
    gtk.gtk_container_add(window, entry)
    gtk.gtk_widget_show_all(window)
    gtk.gtk_main()


if __name__ == "__main__":
    main(sys.argv[1])
