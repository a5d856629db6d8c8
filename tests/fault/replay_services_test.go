package fault

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// fare tells how a call of a service fares that is not SQS, and lets the items
// fail that it may be made for unless it fares well.
func (p *process) fare(items string) string {
	fate := ""
	if p.w.lot("service", 200) < p.w.faulty {
		fate = pick(p.w.plan, fmt.Sprint("fate ", p.w.count("fate")), "fails", "is cut", "is cut after", "is slow")
		p.w.stats.add("a service "+fate, 1)
		p.w.hurt(p, items)
	}
	return fate
}

// meet has a call fare as it does, around what the service does.
func (p *process) meet(items string, out http.ResponseWriter, do func()) {
	if p.pass("began") {
		return
	}
	switch p.fare(items) {
	case "fails":
		out.WriteHeader(http.StatusServiceUnavailable)
	case "is cut":
		cut()
	case "is cut after":
		do()
		http.NewResponseController(out).Flush()
		cut()
	case "is slow":
		time.Sleep(timeout / 2)
		do()
	default:
		do()
		p.pass("handled")
	}
}

// list answers ListObjectsV2, in small pages.
func (r *replay) list(p *process, out http.ResponseWriter, query url.Values) {
	after := max(query.Get("start-after"), query.Get("continuation-token"))
	var page struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string
		Contents              []struct{ Key string }
	}
	for n := range keys {
		key := fmt.Sprintf("2026/%02d", n)
		if key <= after || !strings.HasPrefix(key, query.Get("prefix")) {
			continue
		}
		if page.IsTruncated = len(page.Contents) == 7; page.IsTruncated {
			break
		}
		page.Contents = append(page.Contents, struct{ Key string }{key})
		page.NextContinuationToken = key
	}
	p.meet("plan ", out, func() { xml.NewEncoder(out).Encode(page) })
}

// get answers GetObject.
func (r *replay) get(p *process, out http.ResponseWriter, key string) {
	text := "[" + strings.Join(r.objects[key], ", ") + "]"
	switch key {
	case torn:
		text = "[} "
	case short:
		text = text[:len(text)-2]
	}
	p.meet("execute "+key, out, func() { io.WriteString(out, text) })
}

// stream answers PutRecords, and may refuse single records.
func (r *replay) stream(p *process, out http.ResponseWriter, request *http.Request) {
	var in struct{ Records []struct{ Data []byte } }
	if json.NewDecoder(request.Body).Decode(&in) != nil || len(in.Records) == 0 {
		return // the process was killed while it spoke
	}
	var first struct{ Key string }
	json.Unmarshal(in.Records[0].Data, &first)
	p.meet("execute "+first.Key, out, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		var answer struct {
			FailedRecordCount int
			Records           []map[string]string
		}
		for _, record := range in.Records {
			result := map[string]string{"SequenceNumber": "1", "ShardId": "shardId-000000000000"}
			if p.w.lot("record", 200) < p.w.faulty {
				answer.FailedRecordCount++
				result = map[string]string{"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "as planned"}
				p.w.stats.add("a record is refused", 1)
			} else {
				r.held[string(record.Data)] = true
			}
			answer.Records = append(answer.Records, result)
		}
		json.NewEncoder(out).Encode(answer)
	})
}
