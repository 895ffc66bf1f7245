# SPDX-License-Identifier: BSD-2-Clause
# bfdd, the BFD daemon, comes with a later version.
