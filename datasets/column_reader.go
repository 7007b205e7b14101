package datasets

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"descent/internal/twosum"
)

// columnReader collects the values of a column.
type columnReader struct {
	Column
	field   int            // of a record
	numbers []float64      // NaN if missing
	tokens  []int32        // of a category
	index   map[string]int // the token of each text
	known   bool           // Categories were given
}

// missing reports whether a field has no value.
func (c *columnReader) missing(field string) bool {
	field = strings.TrimSpace(field)
	return field == "" || slices.Contains(c.Absent, field)
}

// add adds a field.
func (c *columnReader) add(field string) error {
	missing := c.missing(field)
	if missing && c.Missing == MissingError {
		return fmt.Errorf("%s: want a value, as Missing is MissingError", quoted(field))
	}
	if c.Kind == Number {
		v, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		if missing {
			v = math.NaN()
		} else if err != nil || v-v != 0 {
			return fmt.Errorf("%s: want a finite number", quoted(field))
		}
		c.numbers = append(c.numbers, v)
		return nil
	}
	text := strings.TrimSpace(field)
	if missing {
		text = ""
	}
	token, ok := c.index[text]
	switch {
	case ok:
	case !c.known:
		token = len(c.index)
		c.index[strings.Clone(text)] = token
	case c.Other:
		token = len(c.Categories)
	default:
		return fmt.Errorf("%s: want one of %d categories, or Other", quoted(text), len(c.Categories))
	}
	c.tokens = append(c.tokens, int32(token))
	return nil
}

// fit finds the categories or the mean of a column after reading it.
func (c *columnReader) fit() error {
	if c.Kind == Number {
		return c.fitMean()
	}
	if !c.known {
		c.Categories = slices.Sorted(maps.Keys(c.index))
		sorted := make([]int32, len(c.Categories)) // the place of each token
		for i, text := range c.Categories {
			sorted[c.index[text]] = int32(i)
		}
		for i, token := range c.tokens {
			c.tokens[i] = sorted[token]
		}
	}
	if n := len(c.Categories); n > maxOneHot && !c.Index {
		return fmt.Errorf("%d categories: want %d or fewer, or Index", n, maxOneHot)
	}
	return nil
}

func (c *columnReader) fitMean() error {
	if c.Missing == MissingMean {
		var total twosum.Total
		n := 0
		for _, v := range c.numbers {
			if !math.IsNaN(v) {
				total.Add(v)
				n++
			}
		}
		c.Fill, c.Missing = total.Value()/float64(n), MissingFill
		if c.Fill-c.Fill != 0 {
			return fmt.Errorf("the mean of %d numbers is %v: want a finite number", n, c.Fill)
		}
	}
	for i, v := range c.numbers {
		if math.IsNaN(v) {
			c.numbers[i] = c.Fill
		}
	}
	return nil
}

// names returns the names of the columns of the table.
func (c *columnReader) names() []string {
	name := c.Name
	if name == "" {
		name = fmt.Sprintf("column %d", c.field)
	}
	if c.Kind == Number || c.Index {
		return []string{name}
	}
	var names []string
	for _, text := range c.Categories {
		names = append(names, name+"="+text)
	}
	if c.Other {
		names = append(names, name+"=other")
	}
	return names
}

// width is the number of columns of a category without Index.
func (c *columnReader) width() int {
	if c.Other {
		return len(c.Categories) + 1
	}
	return len(c.Categories)
}

// appendTo appends the table's values of a row.
func (c *columnReader) appendTo(data []float64, row int) []float64 {
	switch {
	case c.Kind == Number:
		return append(data, c.numbers[row])
	case c.Index:
		return append(data, float64(c.tokens[row]))
	}
	for i := range c.width() {
		v := 0.0
		if i == int(c.tokens[row]) {
			v = 1
		}
		data = append(data, v)
	}
	return data
}
