package queue

import (
	"context"
	"slices"
	"time"
)

// The actions on message move tasks.

type startMoveInput struct {
	SourceArn                    string
	DestinationArn               string
	MaxNumberOfMessagesPerSecond *int
}

type startMoveOutput struct{ TaskHandle string }

// maxMoveRate bounds a task's messages a second.
const maxMoveRate = 500

func startMessageMoveTask(s *Service, _ context.Context, in *startMoveInput) (any, error) {
	rate := 0
	if n := in.MaxNumberOfMessagesPerSecond; n != nil {
		if rate = *n; rate < 1 || rate > maxMoveRate {
			return nil, outOfRange(rate, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500, if provided.")
		}
	}
	now := s.enter()
	defer s.leave()
	from, err := s.byARN(in.SourceArn, "SourceArn")
	if err != nil {
		return nil, err
	}
	if err := from.checkMove(in.DestinationArn); err != nil {
		return nil, err
	}
	from.advance(now)
	t := &moveTask{id: newID(), from: from, to: in.DestinationArn, rate: rate, status: moveRunning, begun: now, toMove: from.counts[visible]}
	from.moves = append(from.moves, t)
	from.moves = from.moves[max(0, len(from.moves)-keptMoves):]
	time.AfterFunc(0, t.step)
	return startMoveOutput{t.handle()}, nil
}

// byARN returns the queue of an ARN; the lock is held.
func (s *Service) byARN(arn, parameter string) (*Queue, error) {
	switch q := s.queues[nameOfARN(arn)]; {
	case s.closed:
		return nil, errClosed
	case arn == "":
		return nil, missing(parameter)
	case q == nil || q.arn != arn:
		return nil, refuse(codeNotFound, "The resource that you specified for the %s parameter doesn't exist.", parameter)
	default:
		return q, nil
	}
}

// checkMove refuses a task that cannot be; the lock is held.
func (q *Queue) checkMove(destination string) error {
	if destination != "" {
		to, err := q.service.byARN(destination, "DestinationArn")
		switch {
		case err != nil:
			return err
		case to == q:
			return refuse(codeInvalidParameter, "Source queue arn and destination queue arn cannot be the same.")
		case to.fifo != q.fifo:
			return refuse(codeInvalidParameter, "Source queue and destination queue must be of the same type.")
		}
	}
	if !q.isDeadLetterQueue() {
		return refuse(codeInvalidParameter, "Source queue must be configured as a Dead Letter Queue.")
	}
	if slices.ContainsFunc(q.moves, func(t *moveTask) bool { return t.status == moveRunning }) {
		return refuse(codeInvalidParameter, "There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
	}
	return nil
}

func (q *Queue) isDeadLetterQueue() bool {
	for _, other := range q.service.queues {
		if other.settings.redrive.DeadLetterTargetArn == q.arn {
			return true
		}
	}
	return false
}

type cancelMoveInput struct{ TaskHandle string }

type cancelMoveOutput struct{ ApproximateNumberOfMessagesMoved int }

func cancelMessageMoveTask(s *Service, _ context.Context, in *cancelMoveInput) (any, error) {
	handle, ok := parseTaskHandle(in.TaskHandle)
	switch {
	case in.TaskHandle == "":
		return nil, missing("TaskHandle")
	case !ok:
		return nil, refuse(codeInvalidParameter, "Value for parameter TaskHandle is invalid.")
	}
	s.enter()
	defer s.leave()
	from, err := s.byARN(handle.SourceARN, "SourceArn")
	if err != nil {
		return nil, err
	}
	for _, t := range from.moves {
		if t.id == handle.TaskID && t.status == moveRunning {
			t.status = moveCancelled
			return cancelMoveOutput{t.moved}, nil
		}
	}
	return nil, refuse(codeNotFound, "Task does not exist.")
}

type listMovesInput struct {
	SourceArn  string
	MaxResults *int
}

type listMovesOutput struct{ Results []moveResult }

type moveResult struct {
	TaskHandle                        string `json:",omitempty"` // of those that run
	Status                            string
	SourceArn                         string
	DestinationArn                    string `json:",omitempty"`
	MaxNumberOfMessagesPerSecond      int    `json:",omitempty"`
	ApproximateNumberOfMessagesMoved  int
	ApproximateNumberOfMessagesToMove int
	FailureReason                     string `json:",omitempty"`
	StartedTimestamp                  int64
}

// listMessageMoveTasks tells of the last tasks, one where no number is given.
func listMessageMoveTasks(s *Service, _ context.Context, in *listMovesInput) (any, error) {
	most := 1
	if in.MaxResults != nil {
		most = *in.MaxResults
	}
	if most < 1 || most > keptMoves {
		return nil, outOfRange(most, "MaxResults", "Must be between 1 and 10, if provided.")
	}
	s.enter()
	defer s.leave()
	from, err := s.byARN(in.SourceArn, "SourceArn")
	if err != nil {
		return nil, err
	}
	out := listMovesOutput{[]moveResult{}}
	for _, t := range slices.Backward(from.moves) {
		if len(out.Results) < most {
			out.Results = append(out.Results, t.result())
		}
	}
	return out, nil
}

func (t *moveTask) result() moveResult {
	r := moveResult{
		Status: t.status, SourceArn: t.from.arn, DestinationArn: t.to, MaxNumberOfMessagesPerSecond: t.rate, ApproximateNumberOfMessagesMoved: t.moved,
		ApproximateNumberOfMessagesToMove: t.toMove, FailureReason: t.reason, StartedTimestamp: t.begun.UnixMilli(),
	}
	if t.status == moveRunning {
		r.TaskHandle = t.handle()
	}
	return r
}
