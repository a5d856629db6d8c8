//go:build deps

package starjob
import (
 _ "github.com/aws/aws-lambda-go/lambda"
 _ "github.com/aws/aws-lambda-go/events"
 _ "github.com/awslabs/goformation/v7/cloudformation/sqs"
 _ "github.com/aws/aws-sdk-go-v2/service/sqs"
 _ "github.com/aws/aws-sdk-go-v2/service/s3"
 _ "github.com/aws/aws-sdk-go-v2/service/kinesis"
 _ "github.com/aws/aws-sdk-go-v2/config"
 _ "github.com/aws/aws-sdk-go-v2/credentials"
 _ "github.com/mitchellh/mapstructure"
 _ "gocloud.dev/blob/fileblob"
 _ "gocloud.dev/blob/s3blob"
 _ "gocloud.dev/blob/memblob"
 _ "github.com/spf13/cobra"
 _ "github.com/jedib0t/go-pretty/v6/progress"
 _ "github.com/jedib0t/go-pretty/v6/table"
 _ "github.com/fsnotify/fsnotify"
 _ "github.com/rogpeppe/go-internal/testscript"
 _ "golang.org/x/tools/txtar"
 _ "golang.org/x/term"
 _ "golang.org/x/sync/errgroup"
 _ "go.yaml.in/yaml/v4"
)
