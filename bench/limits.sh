#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Sluice authors
# SPDX-License-Identifier: Apache-2.0
#
# Measures the limits library beside its peers and prints the tables of README.md: limits.sh [decisions] [memory] [sweep]
set -euo pipefail
cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.."
mvn -q -pl bench -am -DskipTests package >&2
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" -Xmx4g -XX:+UseG1GC -XX:+UseCompactObjectHeaders -cp 'bench/target/classes:bench/target/lib/*' dev.sluice.bench.Bench "$@"
