package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

func TestOutputsAreWrittenAsByEncodingJSON(t *testing.T) {
	t.Parallel()
	sends, receipts := newBatchOutput[sendSucceeded](2), newBatchOutput[entryID](2)
	check := func() {
		t.Helper()
		for _, out := range []any{sends, receipts} {
			got, err := encode(out)
			want, _ := json.Marshal(out)
			if err != nil || strings.TrimSpace(string(got)) != string(want) {
				t.Errorf("got %s, %v; want %s", got, err, want)
			}
		}
	}
	check()
	sends.Successful = append(sends.Successful, sendSucceeded{entryID{"a"}, sendMessageOutput{"id", "body", "attributes", "system", "1"}})
	sends.Successful = append(sends.Successful, sendSucceeded{entryID{"b"}, sendMessageOutput{"id", "body", "", "", ""}})
	receipts.Successful = append(receipts.Successful, entryID{"a"}, entryID{"b-_9"})
	check()
	receipts.fail("c", sqserr.New(sqserr.ReceiptHandleIsInvalid, `"?"`))
	sends.fail("c", sqserr.New(sqserr.QueueDoesNotExist, "It does not exist."))
	check()
}
