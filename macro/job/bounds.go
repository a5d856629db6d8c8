package job

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// bounds are the smallest and the largest value of a number. The unit may be
// empty.
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

// fix tells what to do about a number that is out of bounds.
func (b bounds) fix(n int) string {
	if n < b.low {
		return fmt.Sprintf("use at least %d%s", b.low, prefixed(" ", b.unit))
	}
	return fmt.Sprintf("use at most %d%s", b.high, prefixed(" ", b.unit))
}

// noLimit is the upper bound of a number that has none.
const noLimit = math.MaxInt

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// The bounds of StarJob's numbers. A delay becomes a visibility timeout, hence its
// upper bound.
var (
	attemptBounds = bounds{1, maxReceiveCount, ""}
	delayBounds   = bounds{0, maxVisibility, "seconds"}
	depthBounds   = bounds{0, noLimit, ""}
)

// stepName matches the names that steps may have.
var stepName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// retentions are the periods that CloudWatch Logs supports, in days.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// retentionBounds lists the retentions in words.
func retentionBounds() string {
	days := strings.Trim(fmt.Sprint(retentions), "[]")
	return strings.ReplaceAll(days, " ", ", ") + " days"
}
