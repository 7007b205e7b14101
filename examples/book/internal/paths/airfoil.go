package paths

import "descent/datasets"

// Airfoil returns all rows of the airfoil data, in their order.
func Airfoil() (all datasets.Batch, err error) {
	data, err := datasets.Airfoil()
	if err != nil {
		return all, err
	}
	rows := make([]int, data.Len())
	for i := range rows {
		rows[i] = i
	}
	return all, data.Gather(&all, rows)
}
