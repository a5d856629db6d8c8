package fault

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// replay is the sample replay, with a bucket and a stream that fail too. In the end the
// stream has the records of every object, or the item of the object is a dead letter.
type replay struct {
	baseJob
	objects map[string][]string // records, by key

	mu       sync.Mutex
	streamed map[string]bool // records that the stream has
}

const (
	keys = 30
	// Keys of an object that is not JSON, and of one whose end is missing.
	notJSON  = "2026/07"
	cutShort = "2026/11"
)

func newReplay(seed uint64) job {
	r := &replay{baseJob: sampleScenario(seed), objects: map[string][]string{}, streamed: map[string]bool{}}
	for n := range keys {
		key := fmt.Sprintf("2026/%02d", n)
		for i := range 1 + n%4 {
			r.objects[key] = append(r.objects[key], fmt.Sprintf(`{"key":%q,"n":%d}`, key, i))
		}
	}
	return r
}

func (*replay) steps() []step { return []step{{"plan", true, false}, {"execute", true, false}} }

func (*replay) kickOff(string) (event, id string) {
	return `{"step": "plan", "data": {"prefix": "2026/"}}`, "plan "
}

func (*replay) environment(base string) []string {
	return []string{
		"BUCKET=events", "STREAM=again", "AWS_ENDPOINT_URL_S3=" + base + "/s3", "AWS_ENDPOINT_URL_KINESIS=" + base + "/kinesis",
		"AWS_MAX_ATTEMPTS=1", // otherwise the SDK would retry for longer than an invocation lasts in these tests
	}
}

// itemOf makes an ID of the step and a key: that of the object, or for a plan, the one
// after which it continues.
func (*replay) itemOf(step, body string) item {
	var key string
	var window struct{ After string }
	if json.Unmarshal([]byte(body), &key) != nil {
		json.Unmarshal([]byte(body), &window)
	}
	return item{ID: step + " " + key + window.After}
}

func (*replay) mayGenerate(id, child string) bool {
	after, plans := strings.CutPrefix(id, "plan ")
	_, key, _ := strings.Cut(child, " ")
	return plans && key > after
}

// missing allows a plan to generate another one for the rest.
func (r *replay) missing(id string, sent map[string]bool) string {
	at, plans := strings.CutPrefix(id, "plan ")
	for n := 0; plans && n < keys; n++ {
		key := fmt.Sprintf("2026/%02d", n)
		switch {
		case key <= at:
		case sent["plan "+at]:
			return ""
		case sent["execute "+key]:
			at = key
		default:
			return "execute " + key
		}
	}
	return ""
}

func (*replay) mayFail(d *delivery) bool {
	return d.id == "execute "+notJSON || d.id == "execute "+cutShort
}
func (*replay) drops(id string) bool { return id == "execute "+notJSON }

func (r *replay) hasEffect(d *delivery) bool {
	key, ok := strings.CutPrefix(d.id, "execute ")
	return !ok || r.replayed(key)
}

func (r *replay) replayed(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, record := range r.objects[key] {
		if !r.streamed[record] {
			return false
		}
	}
	return key != notJSON && key != cutShort
}

// judgeEnd checks that the stream has the records of each object, or that there is a dead
// letter.
func (r *replay) judgeEnd(l *ledger) {
	planDead := false // then the rest of the objects may have no items
	for id, h := range l.items {
		planDead = planDead || h.dead && strings.HasPrefix(id, "plan ")
	}
	for key := range r.objects {
		if !r.replayed(key) && !l.historyOf("execute "+key).dead && !planDead {
			l.violateLocked("the object %s was not replayed, and nothing says why", key)
		}
	}
}

// serve implements S3 and Kinesis.
func (r *replay) serve(p *process, out http.ResponseWriter, request *http.Request, path []string) {
	switch {
	case path[0] == "kinesis":
		r.stream(p, out, request)
	case len(path) > 2:
		r.get(p, out, strings.Join(path[2:], "/"))
	default:
		r.list(p, out, request.URL.Query())
	}
}

// serviceFault draws how a call of a service other than SQS goes wrong, and then allows
// the items to fail that the call may be for. It returns "" for no fault.
func (p *process) serviceFault(items string) string {
	name := ""
	if p.trial.draw("service", 200) < p.trial.scenario.faultPercent {
		name = pick(p.trial.scenario, fmt.Sprint("fate ", p.trial.count("fate")), "fails", "is cut", "is cut after", "is slow")
		p.trial.stats.add("a service "+name, 1)
		p.trial.ledger.excuseItems(p, items)
	}
	return name
}

// callService handles a call of a service with the fault that is drawn for it. do is the
// action of the service.
func (p *process) callService(items string, out http.ResponseWriter, do func()) {
	if p.killIfDue("began") {
		return
	}
	switch p.serviceFault(items) {
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
		p.killIfDue("handled")
	}
}

// list implements ListObjectsV2, with small pages.
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
	p.callService("plan ", out, func() { xml.NewEncoder(out).Encode(page) })
}

// get implements GetObject.
func (r *replay) get(p *process, out http.ResponseWriter, key string) {
	text := "[" + strings.Join(r.objects[key], ", ") + "]"
	switch key {
	case notJSON:
		text = "[} "
	case cutShort:
		text = text[:len(text)-2]
	}
	p.callService("execute "+key, out, func() { io.WriteString(out, text) })
}

// stream implements PutRecords, which may refuse single records.
func (r *replay) stream(p *process, out http.ResponseWriter, request *http.Request) {
	var in struct{ Records []struct{ Data []byte } }
	if json.NewDecoder(request.Body).Decode(&in) != nil || len(in.Records) == 0 {
		return // the process was killed in the middle of its call
	}
	var first struct{ Key string }
	json.Unmarshal(in.Records[0].Data, &first)
	p.callService("execute "+first.Key, out, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		var answer struct {
			FailedRecordCount int
			Records           []map[string]string
		}
		for _, record := range in.Records {
			result := map[string]string{"SequenceNumber": "1", "ShardId": "shardId-000000000000"}
			if p.trial.draw("record", 200) < p.trial.scenario.faultPercent {
				answer.FailedRecordCount++
				result = map[string]string{"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "as planned"}
				p.trial.stats.add("a record is refused", 1)
			} else {
				r.streamed[string(record.Data)] = true
			}
			answer.Records = append(answer.Records, result)
		}
		json.NewEncoder(out).Encode(answer)
	})
}
