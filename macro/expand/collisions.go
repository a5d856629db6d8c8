package expand

import "github.com/serverless-star/starjob/macro/cfn"

func (e *expansion) collisions(placed []cfn.Entry) {}
func (e *expansion) check()                        {}
func (e *expansion) limits()                       {}

const maxWindow = 300
