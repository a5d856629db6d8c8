package main

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// stub is an SQS that stores nothing. It decodes each request, computes the hashes that
// the SDK compares, and responds. That is the minimum for a queue.
type stub struct{ url string }

type request struct {
	QueueName           string
	MaxNumberOfMessages int
	Entries             []struct{ Id, MessageBody, ReceiptHandle string }
}

type entry struct {
	Id               string
	MessageId        string `json:",omitempty"`
	MD5OfMessageBody string `json:",omitempty"`
}

type message struct{ MessageId, ReceiptHandle, MD5OfBody, Body string }

const (
	id     = "2c4c1b6f-1d5c-4ac8-b5f0-6a1d2f9a0c11"
	handle = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

var body = strings.Repeat("x", 100)

func (s stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	var in request
	if err == nil {
		err = json.Unmarshal(text, &in)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	answer, err := json.Marshal(s.answer(action, &in))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	w.Write(answer)
}

func (s stub) answer(action string, in *request) any {
	switch action {
	case "CreateQueue":
		return map[string]string{"QueueUrl": s.url + "/000000000000/" + in.QueueName}
	case "ReceiveMessage":
		messages := make([]message, in.MaxNumberOfMessages)
		for i := range messages {
			messages[i] = message{id, handle, digest(body), body}
		}
		return map[string]any{"Messages": messages}
	}
	done := make([]entry, len(in.Entries))
	for i, e := range in.Entries {
		done[i].Id = e.Id
		if action == "SendMessageBatch" {
			done[i].MessageId, done[i].MD5OfMessageBody = id, digest(e.MessageBody)
		}
	}
	return map[string]any{"Successful": done, "Failed": []entry{}}
}

func digest(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}
