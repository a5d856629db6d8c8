//go:build race

package fault

// pace stretches all times: with the race detector, processes are slow.
const pace = 3
