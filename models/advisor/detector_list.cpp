// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/detector_list.h"

#include "models/advisor/detector.h"

namespace tailspan::advisor {

#define TS_DECLARE(Name) DetectorPtr make##Name##Detector();
TAILSPAN_DETECTORS(TS_DECLARE)
#undef TS_DECLARE

std::vector<DetectorPtr> makeDetectors()
{
    std::vector<DetectorPtr> detectors;
#define TS_MAKE(Name) detectors.push_back(make##Name##Detector());
    TAILSPAN_DETECTORS(TS_MAKE)
#undef TS_MAKE
    return detectors;
}

} // namespace tailspan::advisor
