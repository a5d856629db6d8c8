package cfn

// FunctionGlobals returns the defaults that SAM's Globals section gives to the
// properties of a serverless function, without those that the function ignores;
// nil if there are none. SAM appends a function's lists to those of Globals.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func FunctionGlobals(template, function *Node) *Node {
	globals, ignored := template.At("Globals", "Function"), function.Get("IgnoreGlobals")
	if text, _ := ignored.AsString(); text == "*" {
		return nil
	}
	if ignored == nil || globals == nil {
		return globals
	}
	globals = globals.Clone()
	globals.Delete(ignored.Text)
	for _, name := range ignored.Items {
		globals.Delete(name.Text)
	}
	return globals
}
