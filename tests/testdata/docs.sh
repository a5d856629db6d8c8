# The commands that README.md and the docs show, as they are shown. The test in
# docs_test.go runs this file from the repository's root, with star on the PATH and
# a folder of its own in $WORK, and finds commands that are not in it.

# eventually COMMAND... runs a command until it succeeds, while the run is up.
eventually() {
	until "$@" >"$WORK/out" 2>&1; do
		kill -0 "$run"
		sleep 0.1
	done
}

# README.md and docs/local.md
star run samples/primes --data 20000

# docs/local.md: a run that keeps running, and a dead letter in it.
export GOCACHE="$(go env GOCACHE)" XDG_CACHE_HOME="$WORK/cache"
star run samples/primes --keep >"$WORK/run" 2>&1 &
run=$!
trap 'kill "$run" && wait "$run" || true' EXIT
eventually star send search '"not a window"'
star send search '{"From": 0, "To": 1000}'
dead() { star failed list | grep -q Window; }
eventually dead
star failed list
ID=$(star failed list | awk '{print $2; exit}')
star failed show "$ID"
star failed retry
