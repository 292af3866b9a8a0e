#!/bin/sh
# Makes dist where it is missing or older than its source: one file of plain JavaScript for each process, which starts
# half a second sooner than TypeScript that is translated while it is loaded. Functions do not keep their names (esbuild's
# --keep-names), which takes an eighth of a request's time; where a class's own name counts, it is given as text.
# Packages stay outside, where tracing patches them, but for some of very many files: to find these takes a fifth of a start.
set -eu
cd "$(dirname "$0")"
test -n "$(find src migrations package-lock.json tsconfig.json build.sh -newer dist/built 2>&1)" || exit 0
rm -rf dist
node_modules/.bin/esbuild src/processes/*.main.ts --outdir=dist \
  --bundle --packages=external --platform=node --format=cjs --log-level=warning --main-fields=module,main \
  $(for package in type-graphql graphql-scalars date-fns valibot; do echo "--alias:$package=./node_modules/$package"; done)
touch dist/built
