#!/bin/sh
# Bundles src into the folder $1 (dist by default) under fingerprinted names. Run from this folder, by go generate.
set -eu
out=${1:-dist}
rm -rf "$out"
go tool esbuild src/base.css src/desk.css src/shanzhi.js src/seal.svg \
	--bundle --minify --charset=utf8 --target=es2020 --loader:.svg=copy \
	--entry-names='[name].[hash]' --outdir="$out" --log-level=warning
