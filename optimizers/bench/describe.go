package bench

import "descent/internal/describe"

// describe formats the rule and the groups with all their fields. Setups with
// equal descriptions are equal. A field that cannot be described, such as a
// function, is an error.
func (s Setup) describe() (string, error) {
	all, err := describe.Value(s.Rule)
	for _, g := range s.Groups {
		if err != nil {
			return "", err
		}
		var one string
		one, err = describe.Value(g)
		all += " " + one
	}
	return all, err
}
