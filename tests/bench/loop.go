package main

import (
	"bytes"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"time"
)

// loops runs the same programs in as many processes as star run does, in the smallest
// possible loop: the items that plan sends go through a channel into the next event.
// Nothing is stored, counted, timed, received or deleted, so this is the limit of the
// machine.
func (p programs) loops(batch int) (o outcome, err error) {
	service, err := newService(0)
	if err != nil {
		return o, err
	}
	defer service.close()
	bodies := make(chan string, runItems)
	service.taken = func(body []byte) { bodies <- string(body) }
	plan, err := p.started("plan", service.url())
	if err != nil {
		return o, err
	}
	defer plan.stop()
	var group sync.WaitGroup
	failed := make(chan error, 1+runtime.NumCPU())
	began := time.Now()
	for range max(2, runtime.NumCPU()) {
		work, err := p.started("work", service.url())
		if err != nil {
			return o, err
		}
		defer work.stop()
		group.Go(func() { failed <- work.worksOn(bodies, batch) })
	}
	group.Go(func() {
		_, _, err := plan.invoke(sqsEvent(strconv.Itoa(runItems)))
		close(bodies)
		failed <- err
	})
	group.Wait()
	o.took = time.Since(began)
	close(failed)
	for err := range failed {
		if err != nil {
			return o, err
		}
	}
	if got := service.items.Load(); got != runItems {
		err = fmt.Errorf("%d of %d items passed through the loop", got, runItems)
	}
	return o, err
}

// started is a started function of the job.
func (p programs) started(step, service string) (*function, error) {
	f, err := startFunction([]string{p.path("job")}, append(jobEnvironment(service), "STAR_HANDLER="+step, "STAR_STEP="+step)...)
	if err == nil {
		_, err = f.firstPoll()
	}
	return f, err
}

// worksOn invokes a function until there is no more work.
func (f *function) worksOn(bodies <-chan string, batch int) error {
	around := bytes.SplitN(sqsEvent("BODY"), []byte(`"BODY"`), 2)
	const start, end = `{"Records":[`, `]}`
	before, after := bytes.TrimPrefix(around[0], []byte(start)), bytes.TrimSuffix(around[1], []byte(end))
	for more := true; more; {
		event := []byte(start)
		n := 0
		for ; n < batch; n++ {
			var body string
			if body, more = <-bodies; !more {
				break
			}
			if n > 0 {
				event = append(event, ',')
			}
			event = append(strconv.AppendQuote(append(event, before...), body), after...)
		}
		if n == 0 {
			break
		}
		answer, _, err := f.invoke(append(event, end...))
		if err != nil {
			return err
		}
		if string(answer) != noFailures {
			return fmt.Errorf("the function returned %s", answer)
		}
	}
	return nil
}
