package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// queueClient is the client of a server. Batches have ten messages.
type queueClient interface {
	create(name string) (queue string, err error)
	send(queue string) error
	receive(queue string) (handles []string, err error)
	delete(queue string, handles []string) error
}

const batchSize = 10

// messageBody is the body of each message.
var messageBody = strings.Repeat("x", 100)

// bareClient neither signs requests nor checks responses. The SDK would take most of the
// time, and hide the differences between servers.
type bareClient struct{ http.Client }

func newBareClient(connections int) bareClient {
	return bareClient{http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}}
}

// post returns the body of the response.
func (c bareClient) post(url string, header http.Header, content []byte) ([]byte, error) {
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	request.Header = header
	response, err := c.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, text)
	}
	return text, err
}

// jsonClient speaks the JSON protocol.
type jsonClient struct {
	bareClient
	endpoint string
}

func newJSONClient(endpoint string, connections int) queueClient {
	return jsonClient{newBareClient(connections), endpoint}
}

// authorization names the service, which moto requires. Its signature is not valid.
const authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0"

type members map[string]any

func (c jsonClient) call(action string, input members, output any) error {
	content, err := json.Marshal(input)
	if err != nil {
		return err
	}
	answer, err := c.post(c.endpoint, http.Header{
		"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Target": {"AmazonSQS." + action}, "Authorization": {authorization},
	}, content)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, output)
}

func (c jsonClient) create(name string) (string, error) {
	var output struct{ QueueUrl string }
	err := c.call("CreateQueue", members{"QueueName": name}, &output)
	return output.QueueUrl, err
}

// successful has the entries of a batch that succeeded.
type successful struct{ Successful []struct{ Id string } }

func (s successful) want(n int, err error) error {
	if err == nil && len(s.Successful) != n {
		err = fmt.Errorf("%d entries of %d succeeded", len(s.Successful), n)
	}
	return err
}

func (c jsonClient) send(queue string) error {
	entries := make([]members, batchSize)
	for i := range entries {
		entries[i] = members{"Id": strconv.Itoa(i), "MessageBody": messageBody}
	}
	var output successful
	err := c.call("SendMessageBatch", members{"QueueUrl": queue, "Entries": entries}, &output)
	return output.want(batchSize, err)
}

func (c jsonClient) receive(queue string) ([]string, error) {
	var output struct {
		Messages []struct{ ReceiptHandle string }
	}
	err := c.call("ReceiveMessage", members{"QueueUrl": queue, "MaxNumberOfMessages": batchSize}, &output)
	handles := make([]string, len(output.Messages))
	for i, m := range output.Messages {
		handles[i] = m.ReceiptHandle
	}
	return handles, err
}

func (c jsonClient) delete(queue string, handles []string) error {
	entries := make([]members, len(handles))
	for i := range entries {
		entries[i] = members{"Id": strconv.Itoa(i), "ReceiptHandle": handles[i]}
	}
	var output successful
	err := c.call("DeleteMessageBatch", members{"QueueUrl": queue, "Entries": entries}, &output)
	return output.want(len(handles), err)
}

// queryClient speaks the Query protocol, the only one that goaws supports.
type queryClient struct {
	bareClient
	endpoint string
}

func newQueryClient(endpoint string, connections int) queueClient {
	return queryClient{newBareClient(connections), endpoint}
}

func (c queryClient) call(queue, action string, parameters url.Values, answer any) error {
	parameters.Set("Action", action)
	text, err := c.post(queue, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(parameters.Encode()))
	if err != nil {
		return err
	}
	return xml.Unmarshal(text, answer)
}

func (c queryClient) create(name string) (string, error) {
	var answer struct {
		URL string `xml:"CreateQueueResult>QueueUrl"`
	}
	err := c.call(c.endpoint, "CreateQueue", url.Values{"QueueName": {name}}, &answer)
	return answer.URL, err
}

func (c queryClient) send(queue string) error {
	parameters := url.Values{}
	for i := range batchSize {
		entry := fmt.Sprintf("SendMessageBatchRequestEntry.%d.", i+1)
		parameters.Set(entry+"Id", strconv.Itoa(i))
		parameters.Set(entry+"MessageBody", messageBody)
	}
	var answer struct {
		IDs []string `xml:"SendMessageBatchResult>SendMessageBatchResultEntry>Id"`
	}
	err := c.call(queue, "SendMessageBatch", parameters, &answer)
	if err == nil && len(answer.IDs) != batchSize {
		err = fmt.Errorf("%d of a batch of ten were accepted", len(answer.IDs))
	}
	return err
}

func (c queryClient) receive(queue string) ([]string, error) {
	var answer struct {
		Handles []string `xml:"ReceiveMessageResult>Message>ReceiptHandle"`
	}
	err := c.call(queue, "ReceiveMessage", url.Values{"MaxNumberOfMessages": {strconv.Itoa(batchSize)}}, &answer)
	return answer.Handles, err
}

func (c queryClient) delete(queue string, handles []string) error {
	parameters := url.Values{}
	for i, handle := range handles {
		entry := fmt.Sprintf("DeleteMessageBatchRequestEntry.%d.", i+1)
		parameters.Set(entry+"Id", strconv.Itoa(i))
		parameters.Set(entry+"ReceiptHandle", handle)
	}
	return c.call(queue, "DeleteMessageBatch", parameters, &struct{}{})
}
