//go:build !race

package fault

// pace stretches all times.
const pace = 1
