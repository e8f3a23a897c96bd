package ratings

import "shanzhi/models"

// Chosen tells tests on which days chance sends a handler a set.
func (s *Service) Chosen(handler string, on models.Date, percent int) bool {
	return s.chosen(handler, on, percent)
}
