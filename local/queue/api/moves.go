package api

import (
	"context"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
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

func startMessageMoveTask(_ context.Context, c call, in *startMoveInput) (out startMoveOutput, err error) {
	rate := 0
	if n := in.MaxNumberOfMessagesPerSecond; n != nil {
		if rate = *n; rate < 1 || rate > maxMoveRate {
			return out, sqserr.OutOfRange(rate, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500, if provided.")
		}
	}
	out.TaskHandle, err = c.queues.StartMove(in.SourceArn, in.DestinationArn, rate)
	return out, err
}

type cancelMoveInput struct{ TaskHandle string }

type cancelMoveOutput struct{ ApproximateNumberOfMessagesMoved int }

func cancelMessageMoveTask(_ context.Context, c call, in *cancelMoveInput) (out cancelMoveOutput, err error) {
	out.ApproximateNumberOfMessagesMoved, err = c.queues.CancelMove(in.TaskHandle)
	return out, err
}

type listMovesInput struct {
	SourceArn  string
	MaxResults *int
}

type listMovesOutput struct{ Results []moveResult }

type moveResult struct {
	TaskHandle                        string `json:",omitempty"`
	Status                            string
	SourceArn                         string
	DestinationArn                    string `json:",omitempty"`
	MaxNumberOfMessagesPerSecond      int    `json:",omitempty"`
	ApproximateNumberOfMessagesMoved  int
	ApproximateNumberOfMessagesToMove int
	FailureReason                     string `json:",omitempty"`
	StartedTimestamp                  int64
}

// listMessageMoveTasks lists the last tasks, only one if no number is given.
func listMessageMoveTasks(_ context.Context, c call, in *listMovesInput) (out listMovesOutput, err error) {
	n := 1
	if in.MaxResults != nil {
		n = *in.MaxResults
	}
	if n < 1 || n > queue.MaxMoves {
		return out, sqserr.OutOfRange(n, "MaxResults", "Must be between 1 and 10, if provided.")
	}
	moves, err := c.queues.Moves(in.SourceArn, n)
	out.Results = make([]moveResult, len(moves))
	for i, m := range moves {
		out.Results[i] = moveResult{
			TaskHandle: m.Handle, Status: m.Status, SourceArn: m.Source, DestinationArn: m.Destination, MaxNumberOfMessagesPerSecond: m.Rate,
			ApproximateNumberOfMessagesMoved: m.Moved, ApproximateNumberOfMessagesToMove: m.ToMove,
			FailureReason: m.FailureReason, StartedTimestamp: m.Started.UnixMilli(),
		}
	}
	return out, err
}
