package query

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
)

const (
	start     = `<?xml version="1.0"?>`
	namespace = ` xmlns="http://queue.amazonaws.com/doc/2012-11-05/"`
)

// Response returns the XML of an action's output, which is given as the JSON
// protocol's body, or is nil for actions that have none. The error is that it is
// not JSON.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-xml-api-responses.html
func Response(action string, output []byte, requestID string) ([]byte, error) {
	w := &writer{action: action}
	w.open(start + "<" + action + "Response" + namespace)
	if output != nil {
		d := json.NewDecoder(bytes.NewReader(output))
		d.UseNumber()
		if err := w.value(d, action+"Result"); err != nil {
			return nil, err
		}
	}
	w.open("<ResponseMetadata")
	w.text("RequestId", requestID)
	w.close("ResponseMetadata")
	w.close(action + "Response")
	return w.Bytes(), nil
}

// Error returns the XML of an error. The fault is Sender or Receiver.
func Error(fault, code, message, requestID string) []byte {
	w := new(writer)
	w.open(start + "<ErrorResponse" + namespace)
	w.open("<Error")
	w.text("Type", fault)
	w.text("Code", code)
	w.text("Message", message)
	w.text("Detail", "")
	w.close("Error")
	w.text("RequestId", requestID)
	w.close("ErrorResponse")
	return w.Bytes()
}

type writer struct {
	bytes.Buffer
	action string
}

func (w *writer) open(tag string)   { w.WriteString(tag + ">") }
func (w *writer) close(name string) { w.WriteString("</" + name + ">") }

func (w *writer) text(name, text string) {
	var escaped bytes.Buffer
	xml.EscapeText(&escaped, []byte(text)) // a buffer accepts everything
	w.open("<" + name)
	sqsEscapes.WriteString(w, escaped.String())
	w.close(name)
}

// sqsEscapes turns Go's escapes into those that SQS sends: of white space it
// escapes only \r, which parsers of XML would otherwise turn into \n. Some clients
// know few characters by number: v3.300.0 of the AWS SDK for JavaScript reports
// that the MD5 of a message with a quotation mark is wrong.
// https://github.com/aws/aws-sdk-js-v3/blob/v3.300.0/clients/client-sqs/src/protocols/Aws_query.ts
var sqsEscapes = strings.NewReplacer("&#xA;", "\n", "&#x9;", "\t", "&#34;", "&quot;", "&#39;", "'")

// value writes the next value of the decoder.
func (w *writer) value(d *json.Decoder, name string) error {
	token, err := d.Token()
	if err != nil || token == nil {
		return err
	}
	each := elements[name]
	each.name = strings.Replace(each.name, "*", w.action, 1)
	switch token {
	case json.Delim('['):
		return all(d, func() error { return w.value(d, each.name) })
	case json.Delim('{'):
		if each.key != "" {
			return all(d, func() error { return w.pair(d, each) })
		}
		w.open("<" + name)
		defer w.close(name)
		return all(d, func() error {
			member, err := d.Token()
			if err != nil {
				return err
			}
			return w.value(d, fmt.Sprint(member))
		})
	default:
		w.text(name, fmt.Sprint(token))
		return nil
	}
}

// all writes everything in an array or object, and reads its end.
func all(d *json.Decoder, write func() error) error {
	for d.More() {
		if err := write(); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// pair writes a key of a map, and its value.
func (w *writer) pair(d *json.Decoder, e element) error {
	key, err := d.Token()
	if err != nil {
		return err
	}
	w.open("<" + e.name)
	defer w.close(e.name)
	w.text(e.key, fmt.Sprint(key))
	return w.value(d, "Value")
}
