# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Sourced by the scripts that open the window.

# Wayland counts when Qt has its plugin; a local X display when its socket is there.
has_display() {
    if [[ -n ${QT_QPA_PLATFORM-} ]]; then
        [[ $QT_QPA_PLATFORM != offscreen* && $QT_QPA_PLATFORM != minimal* ]]
    elif [[ ${DISPLAY-} =~ ^(unix)?:([0-9]+) ]]; then
        [[ -S /tmp/.X11-unix/X${BASH_REMATCH[2]} ]] || grep -qs "@/tmp/.X11-unix/X${BASH_REMATCH[2]}\$" /proc/net/unix
    elif [[ -n ${DISPLAY-} ]]; then
        true
    else
        [[ -n ${WAYLAND_DISPLAY-} ]] && compgen -G '/usr/lib/*/qt6/plugins/platforms/libqwayland*' > /dev/null
    fi
}
