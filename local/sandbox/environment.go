package sandbox

import (
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"time"
)

// reserved lists the variables that Lambda sets, and refuses in a function's
// configuration.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
	"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

// Reserved reports whether Lambda refuses the variable in a function's
// configuration, because Lambda sets it.
func Reserved(variable string) bool { return slices.Contains(reserved, variable) }

// version is the version of functions that are not published.
const version = "$LATEST"

// environment returns the variables that all processes of a function share.
func environment(config Config, f Function) map[string]string {
	all := map[string]string{
		"LANG":                  "en_US.UTF-8",
		"PATH":                  "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TZ":                    ":UTC",
		"AWS_ACCESS_KEY_ID":     "local",
		"AWS_SECRET_ACCESS_KEY": "local",
		"AWS_SESSION_TOKEN":     "local",
	}
	maps.Copy(all, config.Environment)
	maps.Copy(all, f.Env)
	maps.Copy(all, map[string]string{
		"_HANDLER":                        f.Handler,
		"AWS_REGION":                      config.Region,
		"AWS_DEFAULT_REGION":              config.Region,
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     version,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemorySize),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.Name,
		"LAMBDA_TASK_ROOT":                f.Dir,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
	})
	if f.Runtime != "" {
		all["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + f.Runtime
	}
	return all
}

// environ returns the environment of one process: shared is that of all processes of
// its function, and address that of its Runtime API.
func environ(shared map[string]string, address string) []string {
	all := []string{
		"AWS_LAMBDA_RUNTIME_API=" + address,
		"AWS_LAMBDA_LOG_STREAM_NAME=" + time.Now().UTC().Format("2006/01/02/["+version+"]") + hex.EncodeToString(random(16)),
	}
	for _, name := range slices.Sorted(maps.Keys(shared)) {
		all = append(all, name+"="+shared[name])
	}
	return all
}
