package fault

import (
	"os"
	"strconv"
	"testing"
)

// Variables that say which seeds.
const (
	envSeed  = "STARJOB_FAULT_SEED"
	envSeeds = "STARJOB_FAULT_SEEDS"
)

// fewSeeds are tried where nobody asks for more. Among manySeeds every kind of
// fault and kill comes about.
const (
	fewSeeds  = 20
	manySeeds = 300
)

// seeds are those that the environment asks for: a share of them for some.
func (s subject) seeds(t *testing.T) []uint64 {
	t.Helper()
	if text := os.Getenv(envSeed); text != "" {
		return []uint64{number(t, envSeed, text)}
	}
	n := uint64(fewSeeds)
	if text := os.Getenv(envSeeds); text != "" {
		n = number(t, envSeeds, text)
	}
	return upTo((n + s.share - 1) / s.share)
}

func number(t *testing.T, name, text string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func upTo(n uint64) []uint64 {
	all := make([]uint64, n)
	for i := range all {
		all[i] = uint64(i)
	}
	return all
}
