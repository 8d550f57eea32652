-- SPDX-License-Identifier: GPL-3.0-or-later
-- Every question stands in a transaction of its own, so that its limits end with it, also behind a pooler.
BEGIN READ ONLY
