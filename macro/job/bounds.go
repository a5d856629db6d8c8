package job

import (
	"fmt"
	"math"
	"regexp"
)

// bounds are what a number may be. The unit may be empty.
type bounds struct {
	low, high int
	unit      string
}

func (b bounds) String() string {
	if b.high == noLimit {
		return fmt.Sprintf("%d or more%s", b.low, prefixed(" ", b.unit))
	}
	return fmt.Sprintf("%d to %d%s", b.low, b.high, prefixed(" ", b.unit))
}

// noLimit is the upper bound of a number that has none.
const noLimit = math.MaxInt

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// The bounds of StarJob's own numbers. Delays are visibility timeouts in the
// end.
var (
	attemptBounds = bounds{1, maxReceiveCount, ""}
	delayBounds   = bounds{0, maxVisibility, "seconds"}
	depthBounds   = bounds{0, noLimit, ""}
)

// stepName is the form of a step's name.
var stepName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// retentions are the periods that CloudWatch Logs offers, in days.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
