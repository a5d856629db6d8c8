package cfn

import "unicode/utf8"

// JSONSize is the length of what [EncodeJSON] returns, in bytes.
func JSONSize(n *Node) int {
	if n == nil {
		return len("null")
	}
	switch n.Kind {
	case Null:
		return len("null")
	case String:
		return quotedSize(n.Text)
	case List:
		size := enclosed(len(n.Items))
		for _, item := range n.Items {
			size += JSONSize(item)
		}
		return size
	case Map:
		size := enclosed(len(n.Entries))
		for _, e := range n.Entries {
			size += quotedSize(e.Key) + len(":") + JSONSize(e.Value)
		}
		return size
	}
	return len(n.Text)
}

// enclosed is the size of the brackets around so many values, and of the commas
// between them.
func enclosed(values int) int { return len("[]") + max(0, values-1) }

func quotedSize(s string) int {
	size := len(`""`) + len(s)
	var escape [len(`\u0000`)]byte
	for i := 0; i < len(s); i++ {
		if isPlainByte(s[i]) {
			continue
		}
		c, width := utf8.DecodeRuneInString(s[i:])
		size += len(appendEscape(escape[:0], c)) - width
		i += width - 1
	}
	return size
}
