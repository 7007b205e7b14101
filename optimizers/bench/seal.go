package bench

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// sumSize is the length of a truncated hash, in bytes.
const sumSize = 12

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:sumSize])
}

// seal returns a line of a results file, without the newline: a struct as JSON,
// whose last member, "sum", is a hash of all bytes before it.
func seal(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	b = b[:len(b)-1] // the brace comes after the sum
	return append(b, tail(b)...), nil
}

func tail(b []byte) string { return fmt.Sprintf(`,"sum":"%s"}`, digest(b)) }

// unseal returns an error if a line is not as seal wrote it.
func unseal(line []byte) error {
	at := len(line) - len(tail(nil))
	if at < 0 || string(line[at:]) != tail(line[:at]) {
		return errors.New("the line was changed: its sum does not match its bytes")
	}
	return nil
}
