// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/metric_writer.h"

#include <cstdio>

namespace tailspan::sim {

std::string number(double value)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.12g", value);
    return text;
}

void PrometheusText::family(const std::string &name, const char *type, const char *help)
{
    text += "# HELP " + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
}

void PrometheusText::sample(const std::string &name, const std::string &labels, double value)
{
    text += name + '{' + labels + "} " + number(value) + '\n';
}

} // namespace tailspan::sim
