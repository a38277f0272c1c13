"""What asks the owner something: opened, never executed; the answer is awaited."""
