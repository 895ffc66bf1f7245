# SPDX-License-Identifier: BSD-2-Clause
# checkd, the health checking daemon, comes with a later version.
